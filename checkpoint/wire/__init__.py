"""All that crosses the network between kiosk and server, both directions, once."""
