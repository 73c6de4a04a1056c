"""The whole service on one machine: embedded servers, a supervisor, the demo.

    account, places -> lock -> binaries -> postgres, redis_server -> servers
    environment -> supervisor -> command <- demo

Nothing here is used when the service runs in containers.
"""
