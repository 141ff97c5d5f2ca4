"""Words of strangers in templates of mail."""

from django import template

from utils import plain

register = template.Library()
register.filter("plain", plain.plain)
