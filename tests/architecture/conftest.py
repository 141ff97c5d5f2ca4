"""The fixtures of the tests of the architecture."""

from tests.support.world import world as world
