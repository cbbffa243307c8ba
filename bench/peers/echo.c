// The floor under a call: what comes on descriptor 3 goes back, message by message, each with its length before it.
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static void take(uint8_t *to, size_t length) {
  while (length > 0) {
    ssize_t got = read(3, to, length);
    if (got <= 0) exit(0);
    to += got;
    length -= (size_t)got;
  }
}

static void give(const uint8_t *from, size_t length) {
  while (length > 0) {
    ssize_t put = write(3, from, length);
    if (put <= 0) exit(1);
    from += put;
    length -= (size_t)put;
  }
}

int main(void) {
  static uint8_t message[4 + 65536];
  for (;;) {
    uint32_t length;
    take(message, 4);
    length = message[0] | message[1] << 8 | message[2] << 16 | (uint32_t)message[3] << 24;
    if (length > 65536) return 1;
    take(message + 4, length);
    give(message, length + 4);
  }
}
