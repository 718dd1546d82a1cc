CREATE TABLE "artifacts" (
	"sha256" text PRIMARY KEY NOT NULL,
	"bytes" "bytea" NOT NULL,
	"size" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "chains" (
	"id" integer PRIMARY KEY NOT NULL,
	"cursor" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"key" text NOT NULL,
	"at" bigint NOT NULL,
	"type" text NOT NULL,
	"fact" jsonb NOT NULL,
	"block_hash" text
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"key" text PRIMARY KEY NOT NULL,
	"chain_id" integer NOT NULL,
	"from_address" text NOT NULL,
	"nonce" integer NOT NULL,
	"state" text NOT NULL,
	"call" jsonb NOT NULL,
	"hashes" jsonb NOT NULL,
	"raw" jsonb NOT NULL,
	"mined" jsonb,
	"error" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leaders" (
	"name" text PRIMARY KEY NOT NULL,
	"epoch" integer NOT NULL,
	"renewed_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"id" text PRIMARY KEY NOT NULL,
	"user" text NOT NULL,
	"kind" text NOT NULL,
	"chain_id" integer NOT NULL,
	"taken_by" bigint NOT NULL,
	"body" jsonb NOT NULL,
	"auth" jsonb NOT NULL,
	"place" bigserial NOT NULL
);
--> statement-breakpoint
CREATE TABLE "used" (
	"scope" text NOT NULL,
	"digest" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "used_scope_digest_pk" PRIMARY KEY("scope","digest")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "events_key" ON "events" USING btree ("order_id","key");--> statement-breakpoint
CREATE INDEX "events_order" ON "events" USING btree ("order_id","seq");--> statement-breakpoint
CREATE INDEX "events_block" ON "events" USING btree ("block_hash") WHERE block_hash is not null;--> statement-breakpoint
CREATE INDEX "events_end" ON "events" USING btree ("order_id","type") WHERE type in ('filled', 'closed', 'cancelled', 'expired', 'retracted');--> statement-breakpoint
CREATE UNIQUE INDEX "journal_nonce" ON "journal" USING btree ("chain_id","from_address","nonce") WHERE state in ('intended', 'sent', 'mined');--> statement-breakpoint
CREATE INDEX "orders_user" ON "orders" USING btree ("user","place");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_place" ON "orders" USING btree ("place");