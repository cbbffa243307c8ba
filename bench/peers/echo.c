// The floor under a call: two processes, a socketpair, and a length before each message.
// `echo COUNT BYTES` plays both sides and prints the nanoseconds of each round trip.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void take(int fd, uint8_t *to, size_t length) {
  while (length > 0) {
    ssize_t got = read(fd, to, length);
    if (got <= 0) _exit(0);
    to += got;
    length -= (size_t)got;
  }
}

static void give(int fd, const uint8_t *from, size_t length) {
  while (length > 0) {
    ssize_t put = write(fd, from, length);
    if (put <= 0) _exit(1);
    from += put;
    length -= (size_t)put;
  }
}

// One message in, the same out; each side reads the length first, as a protocol must.
static void answer(int fd, uint8_t *message) {
  uint32_t length;
  take(fd, (uint8_t *)&length, 4);
  take(fd, message + 4, length);
  memcpy(message, &length, 4);
  give(fd, message, length + 4);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  uint32_t count = (uint32_t)atoi(argv[1]), length = (uint32_t)atoi(argv[2]);
  uint8_t *message = calloc(1, length + 4), *reply = calloc(1, length + 4);
  uint32_t *taken = calloc(count, sizeof *taken);
  int ends[2];
  if (!message || !reply || !taken || socketpair(AF_UNIX, SOCK_STREAM, 0, ends)) return 1;
  if (fork() == 0) {
    close(ends[0]);
    for (;;) answer(ends[1], reply);
  }
  close(ends[1]);
  memcpy(message, &length, 4);
  for (uint32_t i = 0; i < count; i++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    give(ends[0], message, length + 4);
    uint32_t back;
    take(ends[0], (uint8_t *)&back, 4);
    take(ends[0], reply, back);
    clock_gettime(CLOCK_MONOTONIC, &to);
    taken[i] = (uint32_t)((to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec);
  }
  for (uint32_t i = 0; i < count; i++) printf("%u\n", taken[i]);
  return 0;
}
