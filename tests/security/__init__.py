"""Tests that go over every address, whatever app it belongs to."""
