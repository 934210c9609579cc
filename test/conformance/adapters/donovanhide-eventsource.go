package main // GO111MODULE=off GOPATH=/usr/share/gocode go build FILE

import (
	"bytes"
	"encoding/json"
	"fmt"
	"github.com/donovanhide/eventsource"
	"io"
	"os"
)

func main() {
	fmt.Println(`{"conformance":1}`)
	var line struct{ Chunks [][]byte }
	for input := json.NewDecoder(os.Stdin); input.Decode(&line) == nil; fmt.Println(`{"end":true}`) {
		var readers []io.Reader
		for _, chunk := range line.Chunks {
			readers = append(readers, bytes.NewReader(chunk))
		}
		id, names, decoder := "", map[string]string{"": "message"}, eventsource.NewDecoder(io.MultiReader(readers...))
		for event, err := decoder.Decode(); err == nil; event, err = decoder.Decode() {
			if event.Id() != "" {
				id = event.Id()
			}
			told := map[string]string{"type": names[event.Event()] + event.Event(), "data": event.Data(), "lastEventId": id}
			json.NewEncoder(os.Stdout).Encode(told)
		}
	}
}
