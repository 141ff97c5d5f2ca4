"""The fixtures of the tests of whole flows."""

from tests.support.world import world as world
