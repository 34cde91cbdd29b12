"""Languages as folders that are installed: words, recordings, pictograms and faces."""
