# A plain reading of the standard, for the program in docs/conformance.md: (type, data, last event ID) of each event.
import re


def parse(chunks):
    text = b"".join(chunks).decode("utf-8", "replace").removeprefix("\ufeff")
    data, kind, id_buffer, last_event_id = [], "", "", ""
    for line in re.split("\r\n|\r|\n", text)[:-1]:
        if line == "":
            last_event_id = id_buffer
            if data:
                yield kind or "message", "\n".join(data), last_event_id
            data, kind = [], ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data.append(value)
        elif field == "event":
            kind = value
        elif field == "id" and "\0" not in value:
            id_buffer = value
