import sys

try:
    from service.cli import main

    status = main()
except KeyboardInterrupt:  # before anything could handle it
    status = 130
sys.exit(status)
