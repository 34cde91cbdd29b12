"""The tree of units and the sites, as the province keeps them."""
