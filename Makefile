# 每一步做成后在 .make/ 留一个记号，原料不变就不再做。
# A step that succeeded leaves a stamp in .make/ and is done again only when what it was made from changes.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
JOBS ?= 2
CASES ?= 200
ROUNDS ?= 20
STORM ?= 1000
BIN := .venv/bin
DATABASE := var/gridflow.db
DEMO := GRIDFLOW_DEMO=1 GRIDFLOW_DATABASE_URL=sqlite:///$(CURDIR)/$(DATABASE)
CODE := $(shell find gridflow -name '*.py')
PAGES := templates/layouts templates/components templates/pages
RANDOM_TESTS := tests/engine tests/audit tests/blobs tests/bpmn tests/feel tests/forms tests/vault
STYLED := $(shell find frontend/src $(PAGES) gridflow -name '*.js' -o -name '*.css' -o -name '*.html' -o -name '*.py' | grep -v static/dist)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
say = @echo "▸ $(1)"

.PHONY: help run setup test check fix scenarios demo bench conformance soak migration clean

help: ## 列出全部命令
	@awk -F ' *## *' '/^[a-z]+:.*## /{sub(/:.*/, "", $$1); printf "make %-14s %s\n", $$1, $$2}' Makefile

run: $(DATABASE) .make/pages .make/compiled ## 准备一切，在 http://127.0.0.1:8000 运行演示（网页和后台进程，Ctrl-C 结束）
	$(call say,核对数据库结构和流程)
	@$(DEMO) $(BIN)/gridflow db upgrade
	@$(DEMO) exec $(BIN)/python app.py

setup: .make/system .make/compiled .make/pages .make/fonts ## 只装好运行所需的一切

test: .make/compiled .make/pages .make/fonts .make/test-system ## 准备一切，运行测试
	$(call say,运行测试)
	@$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder --ignore tests/scenarios
	$(call say,全部案例)
	@$(BIN)/pytest -n $(JOBS) --dist load tests/scenarios

check: .make/python .make/modules ## 检查代码、页面、流程图
	$(call say,代码风格)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	$(call say,类型)
	@$(BIN)/mypy --no-error-summary
	$(call say,层次和依赖)
	@$(BIN)/lint-imports --no-logo > .make/layers || { cat .make/layers; exit 1; }
	@$(BIN)/deptry . --no-ansi 2> .make/dependencies || { cat .make/dependencies; exit 1; }
	$(call say,页面模板)
	@$(BIN)/djlint $(PAGES) --lint --quiet
	@$(BIN)/djlint $(PAGES) --check --quiet
	$(call say,浏览器代码)
	@cd frontend && npm run --silent check
	$(call say,流程)
	@$(BIN)/gridflow procedures check

fix: .make/python .make/modules ## 自动修正格式
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .
	@$(BIN)/djlint $(PAGES) --reformat --quiet || true
	@cd frontend && npm run --silent format

scenarios: .make/compiled .make/fonts ## 运行全部案例
	@$(BIN)/gridflow scenarios run

demo: .make/compiled .make/fonts .make/system ## 重建演示数据（原有数据改名保留；CASES=200 为案件数）
	@if [ -e $(DATABASE) ]; then mv $(DATABASE) $(DATABASE).$$(date +%Y%m%d%H%M%S); fi
	@$(MAKE) $(DATABASE)

bench: .make/compiled .make/pages .make/fonts ## 测量速度，以同次测得的基准为单位
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.feel

conformance: .make/python ## 以 DMN TCK 衡量表达式和决策表（GRIDFLOW_DMN_TCK 指向其文件夹）
	@$(BIN)/python -m tests.conformance.report

soak: .make/compiled .make/pages .make/fonts .make/test-system ## 许多进程办案并随机被杀（STORM=1000 个案件），再换着种子重复随机测试（ROUNDS=20 遍）
	$(call say,八个进程同时办案，随时被杀，然后核对)
	@$(BIN)/python -m tests.soak --cases $(STORM)
	$(call say,一万个时限同时到期，四个后台进程，一个被杀)
	@$(BIN)/python -m tests.soak.due --timers 10000 --store postgres
	$(call say,全部案例在两种数据库上)
	@GRIDFLOW_SCENARIOS=all $(BIN)/pytest -q -n $(JOBS) tests/scenarios tests/journeys/test_case_journeys.py
	@for round in $$(seq $(ROUNDS)); do \
	  echo "▸ 第 $$round 遍，共 $(ROUNDS) 遍"; \
	  $(BIN)/pytest -q -n $(JOBS) --dist loadfile --hypothesis-seed=$$round $(RANDOM_TESTS); \
	done

migration: .make/python ## 由模型与数据库的差别写出下一个迁移：make migration m=words
	@$(BIN)/python scripts/migration.py "$(m)"

clean: ## 删除装好和生成的一切；数据（var/）保留
	rm -rf .venv .make .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	rm -rf frontend/node_modules gridflow/web/static/dist
	find gridflow -name __pycache__ -prune -exec rm -rf {} +

# ------------------------------------------------------------ 准备

.make/system: scripts/packages.sh
	@scripts/packages.sh need libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
	@mkdir -p .make && touch $@

.make/test-system: scripts/packages.sh .make/system
	@scripts/packages.sh want postgresql poppler-utils
	@scripts/packages.sh want chromium-headless-shell
	@mkdir -p .make && touch $@

.make/python: requirements.lock pyproject.toml scripts/python.sh
	$(call say,准备 Python 环境：按锁定的版本安装，首次约一两分钟)
	@scripts/python.sh $(PYTHON)
	@mkdir -p .make && touch $@

# 程序先译成字节码：不译的话，环境又不许 Python 自己写，每个进程启动都要多花半秒。
.make/compiled: .make/python $(CODE)
	@$(BIN)/python -m compileall -q gridflow
	@touch $@

.make/modules: frontend/package.json frontend/package-lock.json frontend/.npmrc
	@scripts/node.sh
	$(call say,安装浏览器端依赖和字体：按锁定的版本，首次约一分钟)
	@cd frontend && npm ci --ignore-scripts --loglevel=error --no-progress >/dev/null
	@mkdir -p .make && touch $@

.make/pages: .make/modules frontend/vite.config.js $(STYLED)
	$(call say,生成网页资源)
	@cd frontend && npm run --silent build -- --logLevel=error
	@touch $@

.make/fonts: .make/modules scripts/fonts.sh
	$(call say,放置文书字体)
	@scripts/fonts.sh
	@touch $@

$(DATABASE): | .make/system .make/compiled .make/fonts
	$(call say,建立演示数据库：装入各市区划，按时间推进 $(CASES) 个案件，约两分钟)
	@rm -f $@.new* && mkdir -p $(@D)
	@$(DEMO).new $(BIN)/gridflow demo --cases $(CASES)
	@mv $@.new $@
