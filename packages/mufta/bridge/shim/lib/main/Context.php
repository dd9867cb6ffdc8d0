<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Context
{
    private ?HttpRequest $request = null;
    private ?HttpResponse $response = null;
    private ?string $language = null;

    public static function getCurrent()
    {
        return Application::getInstance()->getContext();
    }

    public function getRequest()
    {
        return $this->request ??= new HttpRequest();
    }

    public function getResponse()
    {
        return $this->response ??= new HttpResponse();
    }

    public function setResponse(Response $response)
    {
        $this->response = $response;
        return $this;
    }

    public function getServer()
    {
        return new Server($_SERVER);
    }

    public function getSite()
    {
        return PHP_SAPI === 'cli' ? null : SITE_ID;
    }

    public function getLanguage()
    {
        return $this->language ?? LANGUAGE_ID;
    }

    public function setLanguage($language)
    {
        $this->language = (string)$language;
        return $this;
    }

    public function getCulture()
    {
        return null;
    }
}
