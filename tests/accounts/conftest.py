"""Fixtures of these tests."""

from tests.support.world import world as world
