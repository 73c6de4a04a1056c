"""From pages to Grafana's JSON, by Grafana's own builders."""

from typing import Any

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    StackingMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DataSourceRef,
    Threshold,
    ThresholdsMode,
    VariableRefresh,
)

from monitoring.panels import Page, Panel, Query

HERE = 'namespace="$namespace",release="$release"'
RATE = "$__rate_interval"
_SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")


def as_json(page: Page) -> str:
    """The dashboard as Grafana imports it."""
    made = (
        dashboard.Dashboard(page.title)
        .uid(page.uid)
        .description(page.says)
        .tags(["aiguilleur"])
        .refresh("30s")
        .time("now-6h", "now")
        .timezone("browser")
        .readonly()
        .with_variable(
            dashboard.DatasourceVariable("datasource").type("prometheus").label("Source")
        )
        .with_variable(_variable("namespace", "aiguilleur_build_info"))
        .with_variable(_variable("release", 'aiguilleur_build_info{namespace="$namespace"}'))
    )
    for row in page.rows:
        made = made.with_row(dashboard.Row(row.title))
        for panel in row.panels:
            made = made.with_panel(_panel(panel))
    return JSONEncoder(sort_keys=True, indent=2).encode(made.build()) + "\n"


def query(expr: str, *, here: str = HERE, window: str = RATE) -> str:
    """PromQL with what stands for the release and the window filled in."""
    return expr.replace("HERE", here).replace("RATE", window)


def _variable(name: str, series: str) -> Any:
    return (
        dashboard.QueryVariable(name)
        .label(name.title())
        .datasource(_SOURCE)
        .query(f"label_values({series}, {name})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
    )


def _panel(panel: Panel) -> Any:
    made = (_figure(panel) if panel.figure else _lines(panel)).title(panel.title)
    made = made.description(panel.says).unit(panel.unit).datasource(_SOURCE)
    made = made.span(panel.width).height(5 if panel.figure else 8)
    if panel.top is not None:
        made = made.max(panel.top)
    if panel.limit is not None:
        made = made.thresholds(
            dashboard.ThresholdsConfig()
            .mode(ThresholdsMode.ABSOLUTE)
            .steps([Threshold(color="green"), Threshold(value=panel.limit, color="red")])
        )
    for place, one in enumerate(panel.queries):
        made = made.with_target(_target(one, chr(ord("A") + place)))
    return made


def _figure(panel: Panel) -> Any:
    return stat.Panel().min(0)


def _lines(panel: Panel) -> Any:
    made = (
        timeseries.Panel()
        .min(0)
        .line_width(1)
        .fill_opacity(30 if panel.stacked else 8)
        .legend(common.VizLegendOptions().display_mode(LegendDisplayMode.LIST).show_legend(True))
    )
    if panel.stacked:
        made = made.stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    if panel.limit is not None:
        line = common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.LINE)
        made = made.thresholds_style(line)
    return made


def _target(one: Query, letter: str) -> Any:
    return (
        prometheus.Dataquery()
        .expr(query(one.expr))
        .legend_format(one.legend or "__auto")
        .ref_id(letter)
    )
