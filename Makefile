PYTHON ?= python
BUNDLE ?= bundles/main

.DEFAULT_GOAL := help
.PHONY: help install run check lint test test-fast olah train demo bench clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-10s %s\n", $$1, $$2}'

install:  ## everything for development
	$(PYTHON) -m pip install -r requirements-dev.txt

run:  ## serve the demo world, or the bundle named by RECSYS_BUNDLE
	$(PYTHON) app.py

check: lint test  ## what CI runs: format, lint, types, all tests

lint:  ## format, lint, types
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy

test:  ## all tests
	$(PYTHON) -m pytest

test-fast:  ## the tests that take seconds
	$(PYTHON) -m pytest -m "not slow"

olah:  ## a second server to pull from, for tests/test_hub_olah.py
	$(PYTHON) -m venv .olah
	.olah/bin/pip install -q olah==0.5.4

train:  ## make train TRACKS="a.csv b.parquet" [PLAYLISTS=…] [LYRICS=…] [BUNDLE=bundles/main]
	@test -n "$(TRACKS)" || { echo 'Say which files: make train TRACKS="songs.csv"'; exit 2; }
	$(PYTHON) -m train.all --tracks $(TRACKS) $(if $(PLAYLISTS),--playlists $(PLAYLISTS)) $(if $(LYRICS),--lyrics $(LYRICS)) --out $(BUNDLE)

demo:  ## train the demo world into bundles/demo
	$(PYTHON) -m train.all --demo --out bundles/demo

bench:  ## speed on generated data, and quality on the playlists of BUNDLE where it is there
	$(PYTHON) -m benchmarks.similar_tracks
	$(PYTHON) -m benchmarks.page_up
	$(PYTHON) -m benchmarks.catalogue_million
	@test ! -f $(BUNDLE)/manifest.json || $(PYTHON) -m benchmarks.same_playlist --bundle $(BUNDLE)
	$(PYTHON) -m benchmarks.vibe_search $(if $(wildcard $(BUNDLE)/vibe_search),--bundle $(BUNDLE))
	@test ! -d $(BUNDLE)/vibe_search || $(PYTHON) -m benchmarks.vibe_queries --bundle $(BUNDLE)
	@test ! -d $(BUNDLE)/genre_tagger || $(PYTHON) -m benchmarks.tag_lyrics --bundle $(BUNDLE)
	$(PYTHON) -m benchmarks.what_next
	@test ! -f $(BUNDLE)/manifest.json || $(PYTHON) -m benchmarks.history_join --bundle $(BUNDLE)
	@test ! -f $(BUNDLE)/manifest.json || $(PYTHON) -m benchmarks.song_path --bundle $(BUNDLE)
	@test ! -f $(BUNDLE)/manifest.json || $(PYTHON) -m benchmarks.first_cards --bundle $(BUNDLE)
	@test ! -f $(BUNDLE)/manifest.json || $(PYTHON) -m benchmarks.playlist_doctor --bundle $(BUNDLE)
	@test ! -f $(BUNDLE)/manifest.json || $(PYTHON) -m benchmarks.group_blend --bundle $(BUNDLE)

clean:  ## what was made, but no bundle
	rm -rf .mypy_cache .pytest_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
