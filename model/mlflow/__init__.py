"""Models to and from an MLflow registry, over the REST interface of its server.

push: verified folder -> run with metrics -> artifacts -> model version, tagged with its hash
pull: alias or number -> model version -> artifacts -> each hash verified -> folder
"""
