"""How fast one key may post: a leaky bucket in Redis, open while Redis is away.

Every key has a bucket of `burst` seconds of its rate. A batch is taken while the bucket is not
over-full, however large the batch is, and then fills it; so the rate holds on average, and no batch
is too large ever to be taken.
"""

import math

import redis

from service import log
from service.errors import TooFast
from service.jobs import Breaker, connect

BURST_SECONDS = 10.0
_SECONDS = 0.2

# The key holds the time at which its bucket would be empty; times are Redis's own.
_TAKE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1000000
local empty = tonumber(redis.call('GET', KEYS[1]) or now)
if empty < now then empty = now end
local over = empty - now - tonumber(ARGV[2])
if over > 0 then return tostring(over) end
empty = empty + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.6f', empty), 'PX', math.ceil((empty - now) * 1000) + 1)
return '0'
"""

_log = log.get(__name__)


class Rates:
    """Holds every key to `per_second` mails; 0 holds nobody and asks nothing."""

    def __init__(self, url: str, per_second: int, *, burst: float = BURST_SECONDS) -> None:
        self._per_second = per_second
        self._burst = burst
        self._redis = connect(url, timeout=_SECONDS)
        self._take = self._redis.register_script(_TAKE)
        self._breaker = Breaker(1.0)

    def take(self, key_id: str, emails: int) -> None:
        """Count the mails of one request.

        Raises:
            TooFast: with the seconds until the key may post again.

        """
        if not self._per_second or not self._breaker.allows():
            return
        try:
            over = float(
                self._take(
                    keys=[f"aiguilleur:rate:{key_id}"],
                    args=[emails / self._per_second, self._burst],
                )
            )
        except redis.RedisError as error:
            self._breaker.failed()
            _log.warning("redis_down", error=type(error).__name__)
            return
        self._breaker.succeeded()
        if over > 0:
            raise TooFast(retry_after=math.ceil(over))
