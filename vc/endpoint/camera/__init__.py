"""What looks at the people in the room: encoded pictures, as the conference wants them."""
