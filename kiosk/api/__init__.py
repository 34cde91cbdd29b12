"""The bodies of a site's HTTP API, by what they are about; `words` is the base of all."""
