"""The edge: the wire protocol, the routes, and nothing that decides."""
