"""What a citizen may do here, a folder each: pages, steps, bodies, words, and its clerk."""
