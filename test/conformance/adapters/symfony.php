<?php
require 'Symfony/Component/HttpClient/autoload.php';

use Symfony\Component\HttpClient\Chunk\ServerSentEvent;
use Symfony\Component\HttpClient\EventSourceHttpClient;
use Symfony\Component\HttpClient\MockHttpClient;
use Symfony\Component\HttpClient\Response\MockResponse;

$tell = fn (array $line) => print(json_encode($line, JSON_INVALID_UTF8_SUBSTITUTE)."\n");
$tell(['conformance' => 1]);
while ($line = fgets(STDIN)) {
    $chunks = array_map('base64_decode', json_decode($line)->chunks);
    $headers = ['content-type' => 'text/event-stream'];
    $client = new EventSourceHttpClient(new MockHttpClient(new MockResponse($chunks, ['response_headers' => $headers])));
    $source = $client->connect('http://127.0.0.1/');
    $lastEventId = '';
    foreach ($client->stream($source) as $chunk) {
        if ($chunk->isLast()) break;
        if (!$chunk instanceof ServerSentEvent) continue;
        $lastEventId = $chunk->getId() ?: $lastEventId;
        $tell(['type' => $chunk->getType(), 'data' => $chunk->getData(), 'lastEventId' => $lastEventId]);
    }
    $source->cancel();
    $tell(['end' => true]);
}
