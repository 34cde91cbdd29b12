"""Official papers: what stands in them, and PDF and ODT files of them."""
