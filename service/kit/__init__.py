"""`aiguilleur new`: from labelled mail to the folder of a service of its own.

mails -> taxonomy -> model -> routing, chart values, dashboards, README -> put in place, whole
"""
