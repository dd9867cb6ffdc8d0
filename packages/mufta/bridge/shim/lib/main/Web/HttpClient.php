<?php

declare(strict_types=1);

namespace Bitrix\Main\Web;

/**
 * The return contract of the kernel's client (main ≥ 23) on cURL. get/post: body text or false; query: bool only;
 * a reused object keeps the previous status and body when nothing arrived.
 */
class HttpClient
{
    public const HTTP_1_0 = '1.0';
    public const HTTP_1_1 = '1.1';
    public const HTTP_GET = 'GET';
    public const HTTP_POST = 'POST';
    public const HTTP_PUT = 'PUT';
    public const HTTP_DELETE = 'DELETE';
    public const HTTP_PATCH = 'PATCH';
    public const HTTP_HEAD = 'HEAD';
    public const DEFAULT_SOCKET_TIMEOUT = 30;
    public const DEFAULT_STREAM_TIMEOUT = 60;

    private array $options;
    private HttpHeaders $requestHeaders;
    private HttpHeaders $responseHeaders;
    private int $status = 0;
    private string|false $result = '';
    private array $errors = [];
    private string $effectiveUrl = '';

    public function __construct(?array $options = null)
    {
        $defaults = [
            'redirect' => true, 'redirectMax' => 5, 'waitResponse' => true, 'socketTimeout' => self::DEFAULT_SOCKET_TIMEOUT,
            'streamTimeout' => self::DEFAULT_STREAM_TIMEOUT, 'version' => self::HTTP_1_1, 'compress' => false, 'charset' => '',
            'disableSslVerification' => false, 'bodyLengthMax' => 0, 'privateIp' => true, 'headers' => [],
        ];
        $this->options = ($options ?? []) + (array)(\Shim::setting('http_client_options') ?? []) + $defaults;
        $this->requestHeaders = new HttpHeaders();
        $this->responseHeaders = new HttpHeaders();
        foreach ($this->options['headers'] as $name => $value) {
            $this->requestHeaders->set($name, $value);
        }
    }

    public function get($url)
    {
        return $this->query(self::HTTP_GET, $url) ? $this->getResult() : false;
    }

    public function head($url)
    {
        return $this->query(self::HTTP_HEAD, $url) ? $this->getHeaders() : false;
    }

    public function post($url, $postData = null, $multipart = false)
    {
        return $this->query(self::HTTP_POST, $url, is_array($postData) ? http_build_query($postData) : $postData) ? $this->getResult() : false;
    }

    public function query($method, $url, $entityBody = null)
    {
        $this->errors = [];
        $parts = parse_url((string)$url);
        if (!in_array($parts['scheme'] ?? '', ['http', 'https'], true)) {
            $this->errors['URI_SCHEME'] = 'Only http and https shemes are supported.';
            return false;
        }
        if (!$this->options['privateIp'] && self::isPrivate($parts['host'] ?? '')) {
            $this->errors['PRIVATE_IP'] = 'Resolved IP is incorrect or private.';
            return false;
        }
        return $this->send((string)$method, (string)$url, $entityBody === null ? null : (string)$entityBody);
    }

    private function send(string $method, string $url, ?string $body): bool
    {
        $headers = clone $this->requestHeaders;
        if ($method === self::HTTP_POST && $body !== null && !$headers->has('Content-Type')) {
            $headers->set('Content-Type', 'application/x-www-form-urlencoded');
        }
        $lines = ['Connection: close', 'Accept-Language: en', 'Expect:'];
        foreach ($headers->getHeaders() as $name => $value) {
            $lines[] = "$name: $value";
        }
        if (!$headers->has('Content-Type')) {
            $lines[] = 'Content-Type:';
        }
        $answer = '';
        $received = new HttpHeaders();
        $limit = (int)$this->options['bodyLengthMax'];
        $idle = $this->options['waitResponse'] ? (float)$this->options['streamTimeout'] : 1.0;
        [$seen, $since] = [0, microtime(true)];
        $curl = curl_init($url);
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_NOBODY => $method === self::HTTP_HEAD,
            CURLOPT_HTTPHEADER => $lines,
            CURLOPT_FOLLOWLOCATION => (bool)$this->options['redirect'],
            CURLOPT_MAXREDIRS => (int)$this->options['redirectMax'],
            CURLOPT_CONNECTTIMEOUT => (int)$this->options['socketTimeout'],
            CURLOPT_NOPROXY => '*',
            // The stream limit is on idle time, not on the whole: a dripping server holds the call.
            CURLOPT_NOPROGRESS => false,
            CURLOPT_XFERINFOFUNCTION => static function ($handle, $all, $down, $allUp, $up) use (&$seen, &$since, $idle): int {
                if ($seen !== $down + $up) {
                    [$seen, $since] = [$down + $up, microtime(true)];
                }
                return microtime(true) - $since > $idle ? 1 : 0;
            },
            CURLOPT_HEADERFUNCTION => static function ($handle, string $line) use ($received): int {
                if (str_starts_with($line, 'HTTP/')) {
                    $received->clear();
                } elseif (str_contains($line, ':')) {
                    [$name, $value] = explode(':', $line, 2);
                    $received->add(trim($name), trim($value));
                }
                return strlen($line);
            },
            CURLOPT_WRITEFUNCTION => static function ($handle, string $chunk) use (&$answer, $limit): int {
                $answer .= $chunk;
                return $limit > 0 && strlen($answer) > $limit ? 0 : strlen($chunk);
            },
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        $isGood = curl_exec($curl);
        $status = (int)curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        if ($isGood === false && !($status > 0 && curl_errno($curl) === CURLE_PARTIAL_FILE)) {
            $this->errors['NETWORK'] = curl_error($curl);
            return false;
        }
        $this->status = $status;
        $this->result = $answer;
        $this->responseHeaders = $received;
        $this->effectiveUrl = (string)curl_getinfo($curl, CURLINFO_EFFECTIVE_URL);
        return true;
    }

    public function setHeader($name, $value, $replace = true)
    {
        $replace ? $this->requestHeaders->set($name, $value) : $this->requestHeaders->add($name, $value);
        return $this;
    }

    public function setHeaders(array $headers)
    {
        foreach ($headers as $name => $value) {
            $this->setHeader($name, $value);
        }
        return $this;
    }

    public function clearHeaders()
    {
        $this->requestHeaders->clear();
    }

    public function setAuthorization($user, $pass)
    {
        return $this->setHeader('Authorization', 'Basic ' . base64_encode("$user:$pass"));
    }

    public function __call(string $name, array $arguments)
    {
        $option = match ($name) {
            'setRedirect' => 'redirect', 'setTimeout' => 'socketTimeout', 'setStreamTimeout' => 'streamTimeout', 'setVersion' => 'version',
            'setBodyLengthMax' => 'bodyLengthMax', 'setPrivateIp' => 'privateIp', 'setCharset' => 'charset', 'setCompress' => 'compress',
            'waitResponse' => 'waitResponse',
            default => throw new \BadMethodCallException($name),
        };
        $this->options[$option] = $arguments[0];
        return $this;
    }

    public function disableSslVerification()
    {
        $this->options['disableSslVerification'] = true;
        return $this;
    }

    public function getStatus()
    {
        return $this->status;
    }

    public function getResult()
    {
        return $this->result;
    }

    public function getHeaders()
    {
        return $this->responseHeaders;
    }

    public function getError()
    {
        return $this->errors;
    }

    public function getContentType()
    {
        return $this->responseHeaders->getContentType();
    }

    public function getEffectiveUrl()
    {
        return $this->effectiveUrl;
    }

    private static function isPrivate(string $host): bool
    {
        $address = gethostbyname(trim($host, '[]'));
        return filter_var($address, FILTER_VALIDATE_IP, FILTER_FLAG_NO_PRIV_RANGE | FILTER_FLAG_NO_RES_RANGE) === false;
    }
}
