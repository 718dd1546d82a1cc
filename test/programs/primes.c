// Reads N in decimal from standard input (or as the first argument); prints how many primes there are up to N, and the largest.
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static char text[96];
static unsigned length;

static void put(const char *word) {
  while (*word) text[length++] = *word++;
}

static void put_number(uint32_t number) {
  char digits[10];
  unsigned count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  while (count > 0) text[length++] = digits[--count];
}

static int fail(const char *why) {
  put(why);
  write(2, text, length);
  return 2;
}

int main(int argc, char **argv) {
  char input[32] = {0};
  const char *at = input;
  if (argc > 1) at = argv[1];
  else if (read(0, input, sizeof input - 1) < 0) return fail("cannot read the input\n");

  while (*at == ' ' || *at == '\n') at++;
  if (*at < '0' || *at > '9') return fail("the input is not a number\n");
  uint64_t limit = 0;
  for (; *at >= '0' && *at <= '9'; at++) {
    limit = 10 * limit + (uint64_t)(*at - '0');
    if (limit > 1000000000) return fail("the largest input is 1000000000\n");
  }

  uint8_t *composite = calloc(limit + 1, 1);
  if (composite == NULL) return fail("not enough memory\n");
  uint32_t count = 0, largest = 0;
  for (uint64_t n = 2; n <= limit; n++) {
    if (composite[n]) continue;
    count++;
    largest = (uint32_t)n;
    for (uint64_t multiple = n * n; multiple <= limit; multiple += n) composite[multiple] = 1;
  }

  put_number(count);
  put(" primes up to ");
  put_number((uint32_t)limit);
  if (count > 0) put(", the largest is "), put_number(largest);
  put("\n");
  write(1, text, length);
  return 0;
}
