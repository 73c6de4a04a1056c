# Short names for the commands of run.py, for making a model, and for checking and delivering.
.PHONY: help demo up test clean model

help: ## show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

demo: ## start everything, post the sample mails, show what became of them
	python3 run.py demo

up: ## start everything, without sample mails
	python3 run.py up

test: ## lint, types and all tests
	python3 run.py test

clean: ## remove the Python environment; mail and keys stay
	python3 run.py clean

model: ## train the shipped model anew
	python3 run.py model


# Checking, step by step. PYTHON is the environment that run.py prepares, unless another is given.
.PHONY: install lint types tests chart ci-full chart-files monitoring vendor screenshots
PYTHON ?= $(shell python3 -c 'from launch.environment import prepared; print(prepared("all"))' | tail -n 1)

install: ## install what the checks need into PYTHON
	$(PYTHON) -m pip install --disable-pip-version-check -r requirements/training.txt -r requirements/dev.txt

lint: ## ruff
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: ## mypy
	$(PYTHON) -m mypy

tests: ## all tests but the chart's
	$(PYTHON) -m pytest --ignore=tests/chart

chart: ## the chart: what is generated from it, helm lint where there is helm, its tests
	$(PYTHON) -m scripts.chart_schema --check
	$(PYTHON) -m scripts.chart_readme --check
	$(PYTHON) -m monitoring --check
	if command -v helm; then for values in helm/ci/*.yaml; do helm lint --strict helm -f $$values || exit 1; done; fi
	$(PYTHON) -m pytest tests/chart

ci-full: ## what takes long: Postfix, Prometheus and its alerts, the console in Chromium, 100,000 inputs, fuzzing, images, the chart; up to 80 minutes
	$(PYTHON) -m pip install --disable-pip-version-check -r requirements/fuzzing.txt \
	  || echo 'atheris does not install here: fuzzing is skipped'
	$(PYTHON) -m scripts.ci_full --builder '$(BUILDER)'

chart-files: ## generate the chart's schema and README anew
	$(PYTHON) -m scripts.chart_schema
	$(PYTHON) -m scripts.chart_readme

monitoring: ## generate alerts and dashboards anew
	$(PYTHON) -m monitoring

vendor: ## copy what pages load anew from the locked npm packages
	$(PYTHON) -m scripts.vendor

screenshots: ## take the pictures of the docs anew, of the demo in Chromium
	$(PYTHON) -m scripts.screenshots


# Measuring: minutes each; figures go to bench/results. BENCH holds options, e.g. BENCH='--rounds 1'.
.PHONY: bench bench-mail chaos soak year
BENCH ?=

bench-mail: ## reading mail: its cost beside the standard library, its growth, its agreement with fixtures
	$(PYTHON) -m bench.linearity
	$(PYTHON) -m bench.agreement
	$(PYTHON) -m bench.parse

bench: ## what a mail costs: read, beside the engine alone and other servers, beside a large backlog
	$(PYTHON) -m bench.parse
	$(PYTHON) -m bench throughput $(BENCH)
	$(PYTHON) -m bench backlog

bench-accuracy: ## how good the classifier is on public data; hours, resumed where it was killed
	$(PYTHON) -m bench accuracy $(BENCH)

chaos: ## everything is killed, paused and emptied under load; no mail may be lost or decided twice
	$(PYTHON) -m bench chaos $(BENCH)

soak: ## 100,000 mails; no process may need more memory at the end
	$(PYTHON) -m bench soak $(BENCH)

year: ## a simulated year of models: drift, retraining, gate, shadow, canary, rollback; under 15 minutes
	$(PYTHON) -m bench year $(BENCH)


# Delivering. BUILDER is given `docker build`'s arguments; TAG names images and what is deployed.
.PHONY: image image-check push publish deploy rollback
BUILDER ?= docker build
TARGETS ?= api worker
IMAGE ?= aiguilleur
TAG ?= latest
REVISION ?= $(shell git rev-parse HEAD)
RELEASE ?= aiguilleur
NAMESPACE ?= aiguilleur
CHARTS ?= oci://$(IMAGE)

image: ## build the images TARGETS (api worker trainer)
	for target in $(TARGETS); do \
	  $(BUILDER) --target $$target --build-arg VERSION=$(TAG) --build-arg REVISION=$(REVISION) \
	    -t $(IMAGE)/$$target:$(TAG) . || exit 1; \
	done

image-check: ## run the built images against real servers
	$(PYTHON) -m scripts.image_check --builder '$(BUILDER)' --prefix $(IMAGE) --tag $(TAG)

push: ## push the images TARGETS
	for target in $(TARGETS); do docker push $(IMAGE)/$$target:$(TAG) || exit 1; done

publish: ## give the pushed images TAG the name VERSION, publish the chart with it
	for target in $(TARGETS); do \
	  docker buildx imagetools create -t $(IMAGE)/$$target:$(VERSION) $(IMAGE)/$$target:$(TAG) || exit 1; \
	done
	helm package helm --version $(VERSION:v%=%) --app-version $(VERSION) --destination build/chart
	helm push build/chart/aiguilleur-$(VERSION:v%=%).tgz $(CHARTS)

deploy: ## install or upgrade RELEASE in NAMESPACE with VALUES, or leave it as it was; then test it
	helm upgrade --install $(RELEASE) helm --namespace $(NAMESPACE) --atomic --timeout 15m \
	  --set image.repository=$(IMAGE) --set-string image.tag=$(TAG) $(if $(VALUES),-f $(VALUES))
	helm test $(RELEASE) --namespace $(NAMESPACE) --logs

rollback: ## bring RELEASE back to what it was before
	helm rollback $(RELEASE) --namespace $(NAMESPACE) --wait --timeout 15m
