"""The one door for pictures: whatever a person or a file brings is cleaned here before the shop keeps it."""

from utils.pictures.door import PictureRefused, PicturesBusy, picture_clean
from utils.pictures.limits import LIMITS_TOLD, MAX_BYTES

__all__ = ["LIMITS_TOLD", "MAX_BYTES", "PictureRefused", "PicturesBusy", "picture_clean"]
