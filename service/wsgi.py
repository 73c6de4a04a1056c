"""What gunicorn loads: `service.wsgi:app`. Started by `aiguilleur api`."""

from prometheus_flask_exporter.multiprocess import GunicornPrometheusMetrics

from service import config, log
from service.api.app import create_app
from service.compose import api_parts

settings = config.from_environment()
log.configure(settings.log_level, "api")
app = create_app(
    api_parts(settings),
    # by route, not by path: a series for every id would never end
    GunicornPrometheusMetrics.for_app_factory(group_by="url_rule", path=None),
)
