<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine;

use Bitrix\Main\Context;
use Bitrix\Main\Error;
use Bitrix\Main\ErrorCollection;
use Bitrix\Main\EventResult;

/** An ajax controller: filters before, the action, filters after. */
class Controller
{
    protected ErrorCollection $errorCollection;
    protected $request;

    public function __construct($request = null)
    {
        $this->request = $request ?? Context::getCurrent()->getRequest();
        $this->errorCollection = new ErrorCollection();
        $this->init();
    }

    protected function init()
    {
    }

    public function configureActions()
    {
        return [];
    }

    protected function getDefaultPreFilters()
    {
        return [
            new ActionFilter\Authentication(),
            new ActionFilter\HttpMethod([ActionFilter\HttpMethod::METHOD_GET, ActionFilter\HttpMethod::METHOD_POST]),
            new ActionFilter\Csrf(),
        ];
    }

    protected function getDefaultPostFilters()
    {
        return [];
    }

    final public function getRequest()
    {
        return $this->request;
    }

    protected function processBeforeAction(Action $action)
    {
        return true;
    }

    protected function processAfterAction(Action $action, $result)
    {
    }

    public function addError(Error $error)
    {
        $this->errorCollection->setError($error);
        return $this;
    }

    public function addErrors(array $errors)
    {
        $this->errorCollection->add($errors);
        return $this;
    }

    final public function getErrors()
    {
        return $this->errorCollection->toArray();
    }

    /** null with errors where a filter refused or the action threw. The exception's message goes to the client. */
    final public function run($actionName, array $sources)
    {
        $action = new Action($actionName, $this);
        if (!method_exists($this, "{$actionName}Action")) {
            $this->addError(new Error("Could not find description of $actionName in " . static::class, 22002));
            return null;
        }
        $config = $this->configFor((string)$actionName);
        foreach ($this->preFiltersOf($config) as $filter) {
            $filter->bindAction($action);
            $result = $filter->onBeforeAction(new \Bitrix\Main\Event('main', 'onBeforeAction', ['action' => $action, 'controller' => $this]));
            $this->addErrors($filter->getErrors());
            if ($result instanceof EventResult && $result->getType() === EventResult::ERROR) {
                return null;
            }
        }
        if ($this->processBeforeAction($action) === false) {
            return null;
        }
        try {
            $result = $this->{"{$actionName}Action"}(...$action->bind($sources));
        } catch (\Throwable $error) {
            $this->addError(new Error($error->getMessage(), $error->getCode()));
            return null;
        }
        $this->processAfterAction($action, $result);
        return $result;
    }

    private function configFor(string $actionName): array
    {
        foreach ($this->configureActions() as $name => $config) {
            if (strcasecmp((string)$name, $actionName) === 0) {
                return $config;
            }
        }
        return [];
    }

    /** A POST action without any Csrf filter gets one: only an explicit, disabled instance prevents that. */
    private function preFiltersOf(array $config): array
    {
        $filters = $config['prefilters'] ?? $this->getDefaultPreFilters();
        $filters = [...$filters, ...$config['+prefilters'] ?? []];
        $filters = array_filter($filters, static fn ($filter): bool => !in_array(ltrim($filter::class, '\\'), array_map(static fn ($name) => ltrim($name, '\\'), $config['-prefilters'] ?? []), true));
        $hasPost = $hasCsrf = false;
        foreach ($filters as $filter) {
            $hasPost = $hasPost || ($filter instanceof ActionFilter\HttpMethod && $filter->containsPostMethod());
            $hasCsrf = $hasCsrf || $filter instanceof ActionFilter\Csrf;
        }
        return $hasPost && !$hasCsrf && Context::getCurrent()->getRequest()->isPost() ? [...$filters, new ActionFilter\Csrf()] : $filters;
    }
}
