"""Recording of the composed picture and the listeners' mix, without a second encode."""
