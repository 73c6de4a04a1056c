"""The console at `/console`: pages for agents and supervisors, over the API's own use cases.

session -> view -> use case (`service.flow.agents`) -> what the page shows -> template
"""
