"""The agents' side of `/v1`: claims, actions, bulk actions, lists, search, trail."""
