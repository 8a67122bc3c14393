"""The subcommands of `./callbank`; each file is one of them or helps them."""
