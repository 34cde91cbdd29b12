"""The counter server of a site: its queue, the officers' consoles and the TV board."""
