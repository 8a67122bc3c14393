"""The subcommands of `callbank`, one module each."""
