"""A request that the service has got and does not answer yet."""

from threading import Event

# Seconds until a test gives up; none of them waits for time to pass.
PATIENCE = 30


def is_bulk(request):
    """Whether a request is a bulk call on enrollments."""
    return request.path == "/enrollments"


class Held:
    """The n-th of some requests, which waits until it is released; others wait behind it."""

    def __init__(self, number, wanted):
        self.arrived, self.released = Event(), Event()
        self._is_abandoned = False
        self._left, self._wanted = number, wanted

    def __call__(self, request):
        if self._wanted(request):
            self._left -= 1
            if self._left == 0:
                self.arrived.set()
                assert self.released.wait(PATIENCE)
                return self._is_abandoned
        return False

    def release(self, is_carried_out=True):
        """Let it go on; once is enough."""
        if not self.released.is_set():
            self._is_abandoned = not is_carried_out
            self.released.set()
