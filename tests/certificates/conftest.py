"""The district's hub and a desk that exchanges with it, as the tests of 督查 have them."""

from tests.supervision.conftest import district, home, hub_folder

__all__ = ["district", "home", "hub_folder"]
