"""Generates helm/values.schema.json from values.yaml, its comments and the service's settings.

Closed at every level: a misspelt value ends `helm install` instead of being ignored.
"""

import sys
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from scripts import drift
from scripts.chart_values import CHART, Value, read
from service.config import Settings

# What the chart sets by itself, or takes from a Secret.
NOT_CONFIG = {
    "database_url",
    "redis_url",
    "model_path",
    "model_store",
    "model_cache",
    "routing_path",
    "http_host",
    "http_port",
    "lmtp_listen",
    "metrics_host",
    "metrics_port",
    "webhook_secret",
    "smtp_url",  # may hold a password
    "oidc_client_secret",
}
_TYPES = {bool: "boolean", int: "integer", float: "number"}
_STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
_QUANTITY = {
    "type": ["string", "number"],
    "pattern": r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$",
}


def _closed(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **more,
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/definitions/{name}"}


def config() -> dict[str, Any]:
    """The variables that the service knows, by their types; hosts, ports and secrets apart."""
    return _closed(
        {
            f"AIGUILLEUR_{field.name.upper()}": {"type": _TYPES.get(field.type, "string")}  # type: ignore[arg-type]
            for field in fields(Settings)
            if field.name not in NOT_CONFIG
        }
    )


def definitions() -> dict[str, Any]:
    """What several values share, as Kubernetes has it."""
    text = {"type": "string"}
    amounts = _closed({name: _ref("quantity") for name in ("cpu", "memory", "ephemeral-storage")})
    expression = _closed(
        {"key": text, "operator": text, "values": {"type": "array", "items": text}},
        required=["key", "operator"],
    )
    selector = _closed(
        {
            "matchLabels": _ref("strings"),
            "matchExpressions": {"type": "array", "items": expression},
        }
    )
    block = _closed({"cidr": _ref("cidr"), "except": _ref("cidrs")}, required=["cidr"])
    peer = _closed(
        {"ipBlock": block, "namespaceSelector": selector, "podSelector": selector},
        minProperties=1,
    )
    toleration = _closed(
        {
            "key": text,
            "operator": {"enum": ["Exists", "Equal"]},
            "value": text,
            "effect": {"enum": ["NoSchedule", "PreferNoSchedule", "NoExecute"]},
            "tolerationSeconds": {"type": "integer"},
        }
    )
    return {
        "cidr": {"type": "string", "pattern": "^[0-9a-fA-F:.]+/[0-9]{1,3}$"},
        "cidrs": {"type": "array", "items": _ref("cidr")},
        "config": config(),
        "peers": {"type": "array", "items": peer},
        "quantity": _QUANTITY,
        "resources": _closed({"requests": amounts, "limits": amounts}),
        "strings": _STRINGS,
        "tolerations": {"type": "array", "items": toleration},
    }


def schema(values: Sequence[Value]) -> dict[str, Any]:
    """The schema of the whole file (draft 7, which Helm reads)."""
    root = _closed({})
    for value in values:
        parent = root
        for key in value.path[:-1]:
            parent = parent["properties"][key]
        parent["properties"][value.path[-1]] = _one(value)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **root,
        "definitions": definitions(),
    }


def _one(value: Value) -> dict[str, Any]:
    if "$ref" in value.schema:
        # draft 7 ignores what stands beside a reference
        return {"description": value.description, "allOf": [value.schema]}
    described = {"description": value.description, "default": value.default}
    match value.default:
        case dict():
            return _closed({}, description=value.description)
        case bool():
            return {**described, "type": "boolean", **value.schema}
        case int():
            return {**described, "type": "integer", **value.schema}
        case _:
            return {**described, "type": "string", **value.schema}


def text() -> str:
    """The file, as it is committed."""
    return orjson.dumps(schema(read()), option=orjson.OPT_INDENT_2).decode() + "\n"


if __name__ == "__main__":
    sys.exit(drift.keep(CHART / "values.schema.json", text(), "scripts.chart_schema"))
