"""The adapter to Asterisk: AMI for wishes and facts, FastAGI for the scripts of answered calls."""
