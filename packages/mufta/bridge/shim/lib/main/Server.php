<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Server extends Type\ParameterDictionary
{
    public function getDocumentRoot()
    {
        return Application::getDocumentRoot();
    }

    public function getHttpHost()
    {
        return $this->get('HTTP_HOST');
    }

    public function getServerName()
    {
        return $this->get('SERVER_NAME');
    }

    public function getRequestMethod()
    {
        return $this->get('REQUEST_METHOD');
    }

    public function getRequestUri()
    {
        return $this->get('REQUEST_URI');
    }

    public function getRemoteAddr()
    {
        return $this->get('REMOTE_ADDR');
    }

    public function getPhpSelf()
    {
        return $this->get('PHP_SELF');
    }

    public function getServerPort()
    {
        return $this->get('SERVER_PORT');
    }
}
