"""What the chart uses of objects that Kubernetes' own schemas do not know, closed at every level.

Read from the published definitions: KEDA 2 (keda.sh/v1alpha1), Prometheus operator
(monitoring.coreos.com/v1).
"""

from typing import Any

TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 0}
STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}


def closed(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """An object that has these keys and no other."""
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


def custom(spec: dict[str, Any]) -> dict[str, Any]:
    """An object with this spec."""
    metadata = closed({"name": TEXT, "labels": STRINGS}, annotations=STRINGS)
    return closed({"apiVersion": TEXT, "kind": TEXT, "metadata": metadata, "spec": spec})


SELECTOR = closed(
    {"matchLabels": STRINGS},
    matchExpressions={
        "type": "array",
        "items": closed(
            {"key": TEXT, "operator": TEXT, "values": {"type": "array", "items": TEXT}}
        ),
    },
)
ENDPOINTS = {
    "type": "array",
    "minItems": 1,
    "items": closed(
        {
            "port": TEXT,
            "path": TEXT,
            "interval": {"pattern": "^[0-9]+(ms|s|m)$"},
            "relabelings": {
                "type": "array",
                "items": closed(
                    {},
                    sourceLabels={"type": "array", "items": TEXT},
                    targetLabel=TEXT,
                    replacement=TEXT,
                    regex=TEXT,
                    action={"enum": ["drop"]},
                ),
            },
        }
    ),
}
# KEDA takes every figure of a trigger as a string
POSTGRESQL = closed(
    {
        "type": {"const": "postgresql"},
        "name": TEXT,
        "metricType": {"enum": ["AverageValue", "Value"]},
        "metadata": closed(
            {"query": TEXT, "targetQueryValue": TEXT, "activationTargetQueryValue": TEXT}
        ),
        "authenticationRef": closed({"name": TEXT}),
    }
)
PROMETHEUS = closed(
    {
        "type": {"const": "prometheus"},
        "name": TEXT,
        "metricType": {"enum": ["AverageValue", "Value"]},
        "metadata": closed(
            {"serverAddress": TEXT, "query": TEXT, "threshold": TEXT, "activationThreshold": TEXT}
        ),
    }
)
SCALED_OBJECT = closed(
    {
        "scaleTargetRef": closed({"name": TEXT}),
        "minReplicaCount": COUNT,
        "maxReplicaCount": COUNT,
        "pollingInterval": COUNT,
        "cooldownPeriod": COUNT,
        "advanced": closed(
            {
                "horizontalPodAutoscalerConfig": closed(
                    {
                        "behavior": closed(
                            {"scaleDown": closed({"stabilizationWindowSeconds": COUNT})}
                        )
                    }
                )
            }
        ),
        "triggers": {
            "type": "array",
            "minItems": 1,
            "items": {"oneOf": [POSTGRESQL, PROMETHEUS]},
        },
    }
)
RECORDING = closed({"record": TEXT, "expr": TEXT})
ALERT = closed(
    {"alert": TEXT, "expr": TEXT, "for": TEXT, "labels": STRINGS, "annotations": STRINGS}
)
RULE_GROUP = closed(
    {"name": TEXT, "rules": {"type": "array", "items": {"oneOf": [RECORDING, ALERT]}}}
)
SCHEMAS = {
    ("keda.sh/v1alpha1", "ScaledObject"): custom(SCALED_OBJECT),
    ("keda.sh/v1alpha1", "TriggerAuthentication"): custom(
        closed(
            {
                "secretTargetRef": {
                    "type": "array",
                    "items": closed({"parameter": TEXT, "name": TEXT, "key": TEXT}),
                }
            }
        )
    ),
    ("monitoring.coreos.com/v1", "ServiceMonitor"): custom(
        closed({"selector": SELECTOR, "endpoints": ENDPOINTS})
    ),
    ("monitoring.coreos.com/v1", "PodMonitor"): custom(
        closed({"selector": SELECTOR, "podMetricsEndpoints": ENDPOINTS})
    ),
    ("monitoring.coreos.com/v1", "PrometheusRule"): custom(
        closed({"groups": {"type": "array", "minItems": 1, "items": RULE_GROUP}})
    ),
}
