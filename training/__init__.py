"""How the weights of the mask classifier come about; the gate itself never imports this."""
