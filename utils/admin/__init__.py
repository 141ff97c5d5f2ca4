"""Shared parts of all admin pages, and the admin pages of this app's own models."""

from utils.admin import rows
from utils.admin.base import (
    PartInline,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ReadOnlyMixin,
    ShopAdmin,
    ShopInline,
    amount_column,
    html_table,
    signed_in,
)
from utils.admin.forms import AmountsForm, PhoneForm, PictureFormField
from utils.admin.panels import Button, Panel, PanelAdmin
from utils.admin.stale import StaleCheck, StaleCheckFormSet

__all__ = [
    "AmountsForm",
    "Button",
    "Panel",
    "PanelAdmin",
    "PartInline",
    "PhoneForm",
    "PictureFormField",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "ReadOnlyMixin",
    "ShopAdmin",
    "ShopInline",
    "StaleCheck",
    "StaleCheckFormSet",
    "amount_column",
    "html_table",
    "rows",
    "signed_in",
]
