"""The version of the reader: raised whenever what it reads may change, so that a replay knows what is stale."""

READER_VERSION = "0.2.0"
