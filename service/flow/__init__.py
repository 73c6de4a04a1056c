"""The use cases, in the one way that data flows:

    accept:  check -> store -> wake                                    (service.flow.accept)
    classify: claim -> read -> predict -> route -> decide              (service.flow.classify)
    sweep:   wake who must be woken, count what waits                  (service.flow.sweep)
    ask:     batches, mails, queues as their owners may see them       (service.flow.ask)

Nothing here knows HTTP or RQ's worker; each use case is handed its engine, waker and classifier.
"""
