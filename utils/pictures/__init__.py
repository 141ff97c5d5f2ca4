"""Cleaning of pictures: every picture that the shop stores passes through here first."""

from utils.pictures.door import PictureRefused, PicturesBusy, picture_clean
from utils.pictures.limits import LIMITS_TOLD, MAX_BYTES

__all__ = ["LIMITS_TOLD", "MAX_BYTES", "PictureRefused", "PicturesBusy", "picture_clean"]
