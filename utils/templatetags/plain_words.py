"""Template filter that makes texts that users typed safe for the shop's mail."""

from django import template

from utils import plain

register = template.Library()
register.filter("plain", plain.plain)
