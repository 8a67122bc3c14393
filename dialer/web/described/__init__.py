"""The HTTP API described: what each path takes and answers, and the OpenAPI document of it."""
