"""What gunicorn loads: `service.wsgi:app`. Started by `aiguilleur api`."""

from prometheus_flask_exporter.multiprocess import GunicornPrometheusMetrics

from service import __version__, config, log
from service.api.app import create_app
from service.compose import api_parts, console_parts
from service.console.app import register
from service.metrics.common import show_build

settings = config.from_environment()
log.configure(settings.log_level, "api")
parts = api_parts(settings)
app = create_app(
    parts,
    # by route, not by path: a series for every id would never end
    GunicornPrometheusMetrics.for_app_factory(group_by="url_rule", path=None),
)
register(app, console_parts(settings, parts))
show_build(__version__)
