"""What reads the plates of vehicles."""
