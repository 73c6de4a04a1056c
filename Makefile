# Short names for the commands of run.py, and for making a model.
.PHONY: help demo up test clean model

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

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
