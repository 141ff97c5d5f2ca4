"""Send commands to Redis in one round trip, over a connection of their own.

redis-py's client is for everything else. It takes three times as long, for its pool, its figures and its tries.
"""

from typing import Any

from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import ResponseError

from utils.counters import ask_redis

Command = tuple[str | bytes | int, ...]

# Connections that nobody uses at the moment. Taking one from a list, and giving it back, needs no lock.
_idle: list[Any] = []


def redis_trip(*commands: Command) -> list[Any] | None:
    """Return the answer to each command; where Redis refused it, the error. Return ``None`` when Redis doesn't answer.

    A command may be sent twice, when Redis has closed the connection meanwhile.
    """
    return ask_redis(lambda client: _send(client.connection_pool, commands))


def _send(pool: Any, commands: tuple[Command, ...]) -> list[Any]:
    connection = _taken(pool)
    try:
        answers = _answers(connection, commands)
    except NoConnection:
        answers = _answers(connection, commands)  # it connects anew
    _idle.append(connection)
    return answers


def _taken(pool: Any) -> Any:
    try:
        return _idle.pop()
    except IndexError:
        return pool.make_connection()


def _answers(connection: Any, commands: tuple[Command, ...]) -> list[Any]:
    # In one piece: each further one would wake Redis once more.
    connection.send_packed_command([b"".join(connection.pack_commands(commands))], check_health=False)
    return [_answer(connection) for _ in commands]


def _answer(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:
        return error
